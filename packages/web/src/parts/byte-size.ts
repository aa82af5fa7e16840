/** `3 bytes`, `1.2 MB` */
export function byteSize(bytes: number): string {
  if (bytes < 1_000) return `${bytes} bytes`
  const unit = bytes < 1e6 ? 'kB' : bytes < 1e9 ? 'MB' : 'GB'
  const value = bytes / { kB: 1e3, MB: 1e6, GB: 1e9 }[unit]
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`
}
