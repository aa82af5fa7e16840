/** A chart of lines as an SVG, readable on light and on dark pages. */
export interface LineChart {
  readonly title: string
  readonly across: string
  readonly up: string
  readonly lines: readonly { readonly name: string; readonly points: readonly Point[] }[]
  /** Powers of ten stand in equal distances. Values must be above 0. */
  readonly logarithmic?: { readonly across?: true; readonly up?: true }
}

type Point = readonly [across: number, up: number]

const width = 720
const height = 300
const left = 64
const right = 16
const top = 36
const bottom = 48
const colours = ['#3b82f6', '#e0752d', '#2a9d6f', '#a855f7', '#d6336c', '#888888']
const wantedMarks = 5

export function lineChart({ title, across, up, lines, logarithmic = {} }: LineChart): string {
  const points = lines.flatMap((line) => line.points)
  const x = axis(
    points.map(([value]) => value),
    [left, width - right],
    logarithmic.across ?? false,
  )
  const y = axis([...points.map(([, value]) => value), 0], [height - bottom, top], logarithmic.up ?? false)
  const grid = [
    ...x.marks.map((mark) => {
      const at = x.place(mark).toFixed(1)
      return `<path class="grid" d="M${at} ${top}V${height - bottom}"/>${text(at, height - bottom + 16, shown(mark))}`
    }),
    ...y.marks.map((mark) => {
      const at = y.place(mark)
      const line = `<path class="grid" d="M${left} ${at.toFixed(1)}H${width - right}"/>`
      return line + text(String(left - 6), at + 4, shown(mark), 'end')
    }),
  ]
  const drawn = lines.map((line, index) => {
    const path = line.points.map((point) => `${x.place(point[0]).toFixed(1)} ${y.place(point[1]).toFixed(1)}`).join('L')
    return `<path fill="none" stroke-width="1.5" stroke="${colours[index % colours.length]}" d="M${path}"/>`
  })
  const legend = lines.map(({ name }, index) => {
    const at = left + index * Math.floor((width - left - right) / lines.length)
    return `<path stroke-width="3" stroke="${colours[index % colours.length]}" d="M${at} ${height - 10}h14"/>${text(String(at + 18), height - 6, name, 'start')}`
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">`,
    '<style>text{font:12px sans-serif;fill:#777}.grid{stroke:#8884;stroke-width:1}</style>',
    text(String(left), 20, `${title}: ${up}, by ${across}`, 'start'),
    ...grid,
    ...drawn,
    ...legend,
    '</svg>',
    '',
  ].join('\n')
}

interface Axis {
  readonly marks: readonly number[]
  place(value: number): number
}

function axis(values: readonly number[], [from, to]: readonly [number, number], logarithmic: boolean): Axis {
  if (logarithmic) {
    const positive = values.filter((value) => value > 0)
    const least = Math.floor(Math.log10(Math.min(...positive)))
    const most = Math.max(least + 1, Math.ceil(Math.log10(Math.max(...positive))))
    const marks = Array.from({ length: most - least + 1 }, (_, index) => 10 ** (least + index))
    return { marks, place: (value) => from + ((Math.log10(value) - least) / (most - least)) * (to - from) }
  }
  const least = Math.min(...values)
  const most = Math.max(...values, least + Number.EPSILON)
  const step = stepFor((most - least) / wantedMarks)
  const first = Math.ceil(least / step) * step
  const marks = Array.from({ length: Math.floor((most - first) / step) + 1 }, (_, index) => first + index * step)
  return { marks, place: (value) => from + ((value - least) / (most - least)) * (to - from) }
}

/** 1, 2 or 5 times a power of ten, and not less than what is asked. */
function stepFor(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least))
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= least) ?? power * 10
}

function shown(value: number): string {
  return Number(value.toPrecision(6)).toLocaleString('en')
}

function text(x: string, y: number, content: string, anchor = 'middle'): string {
  return `<text x="${x}" y="${y.toFixed(1)}" text-anchor="${anchor}">${escaped(content)}</text>`
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
