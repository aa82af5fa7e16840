/** Hues that look well side by side. */
const hues = 12

/** A round mark for a name: the same wherever the name stands. */
export function Avatar({ name, isHere }: { readonly name: string; readonly isHere?: boolean | undefined }) {
  const sign = name.startsWith('#') ? '#' : Array.from(name.replace(/^@/, '')).slice(0, 2).join('')
  return (
    <span class={`avatar hue-${hueOf(name)}`} aria-hidden="true">
      {sign}
      {isHere && <span class="here" />}
    </span>
  )
}

function hueOf(name: string): number {
  let sum = 0
  for (const letter of name.toLowerCase().replace(/^@/, '')) sum = (sum * 31 + letter.codePointAt(0)!) % 9_973
  return sum % hues
}
