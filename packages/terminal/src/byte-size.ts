const units = { '': 1, K: 1_024, M: 1_048_576, G: 1_073_741_824 } as const

/** `500`, `64K`, `10M`, `2G`; null: it is none of these. */
export function parseByteSize(text: string): number | null {
  const [, digits, unit] = /^(\d{1,12})([KMG]?)$/i.exec(text) ?? []
  if (digits === undefined) return null
  const size = Number(digits) * units[(unit ?? '').toUpperCase() as keyof typeof units]
  return Number.isSafeInteger(size) ? size : null
}

/** For people: `12 bytes`, `1.5 KiB`. */
export function byteSize(bytes: number): string {
  if (bytes < units.K) return `${bytes} bytes`
  const [unit, size] =
    bytes < units.M
      ? (['KiB', units.K] as const)
      : bytes < units.G
        ? (['MiB', units.M] as const)
        : (['GiB', units.G] as const)
  return `${(bytes / size).toFixed(1)} ${unit}`
}
