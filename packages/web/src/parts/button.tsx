import type { ButtonHTMLAttributes, ComponentChildren } from 'preact'
import { Icon, type IconName } from './icon.tsx'

type ButtonAttributes = Omit<ButtonHTMLAttributes, 'icon' | 'size' | 'type' | 'disabled' | 'class'>

interface ButtonProps extends ButtonAttributes {
  readonly kind?: 'plain' | 'main' | 'danger' | undefined
  readonly disabled?: boolean
  readonly type?: 'button' | 'submit'
  readonly children: ComponentChildren
}

export function Button({ kind = 'plain', type = 'button', children, ...rest }: ButtonProps) {
  return (
    <button {...rest} type={type} class={`button ${kind}`}>
      {children}
    </button>
  )
}

interface IconButtonProps extends ButtonAttributes {
  readonly icon: IconName
  /** What it does, for who hears the page or rests on it. */
  readonly label: string
  readonly class?: string
  readonly disabled?: boolean
  readonly type?: 'button' | 'submit'
}

export function IconButton({ icon, label, type = 'button', class: name = '', ...rest }: IconButtonProps) {
  return (
    <button {...rest} type={type} class={`icon-button ${name}`} aria-label={label} title={label}>
      <Icon name={icon} />
    </button>
  )
}
