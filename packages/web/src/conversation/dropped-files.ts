/** Takes the files out of something that was dropped or pasted; what has none is left to the browser. */
export function dropped(event: Event, data: DataTransfer | null, send: (file: File) => void): void {
  const files = [...(data?.files ?? [])]
  if (files.length === 0) return
  event.preventDefault()
  for (const file of files) send(file)
}
