/** `weak`: by the interop profile of other people's clients. */
export type Secrecy = 'sealed' | 'weak' | 'plain'
