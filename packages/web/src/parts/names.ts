/** For people: `Everybody`, `bob`, `#cooks`. */
export function nameOf(title: string): string {
  return title === 'everybody' ? 'Everybody' : title.replace(/^@/, '')
}
