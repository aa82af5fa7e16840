import { ChatError, type ChatUrl } from '@parley/client'

/** The error of a sign-in with the name and what to do in it; any other error as it is. `withPassword`: one was given. */
export function signInError(error: unknown, { protocol, name }: ChatUrl, withPassword: boolean): unknown {
  if (!(error instanceof ChatError)) return error
  const said = (message: string) => new ChatError(error.code, message, { cause: error })
  if (error.code === 'name-invalid') return said(`the name ${name} was not taken: ${error.message}`)
  return error.code === 'name-taken' ? said(whyTaken(protocol, name, withPassword)) : error
}

function whyTaken(protocol: string, name: string, withPassword: boolean): string {
  const howToGive = 'with --password-file FILE or in PARLEY_PASSWORD'
  if (protocol === 'chatos') {
    const otherwise = 'choose another name, or sign in by another protocol'
    return `the name ${name} is in use, or registered, and chatos has no place for a password: ${otherwise}`
  }
  if (protocol === 'cp') {
    return withPassword
      ? `the password of ${name} is wrong, or nobody has registered that name`
      : `cp knows no guests: give the password of ${name} ${howToGive}`
  }
  if (withPassword) return `the password of ${name} is wrong, or ${name} is signed in already`
  return `the name ${name} is in use, or registered: choose another one or, if it is yours, give its password ${howToGive}`
}
