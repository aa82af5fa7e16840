import { Component, createRef, type ComponentChild } from 'preact'

export interface VirtualListProps<Row extends { readonly id: number }> {
  /** In the order of their ids. */
  readonly rows: readonly Row[]
  readonly label: string
  /** Gets the list itself, for whoever moves it. */
  readonly control: { current: VirtualList<Row> | null }
  /** Another list begins at its end. */
  readonly list: string
  /** The very same node for a row that has not changed. */
  row(row: Row, before: Row | undefined): ComponentChild
  /** Whoever reads is near the oldest row. */
  atTop(): void
  /** Which rows are seen, and whether the newest is. */
  seen(first: Row, last: Row, isAtEnd: boolean): void
  onKeyDown?(event: KeyboardEvent): void
}

/** A row, and how far below the upper edge its upper edge is to stay. */
interface Anchor {
  readonly id: number
  readonly top: number
}

/** Pixels above and below what is seen that are rendered with it. */
const margin = 800
/** So near to the end counts as at the end. */
const nearEnd = 48
const firstEstimate = 64
/** Heights that are known beside those of the rows. */
const spareHeights = 1_000

/**
 * A list of any length: only the rows near to what is seen are there. What is being read stays where it
 * is while rows come before and behind it; whoever reads the newest stays with the newest.
 */
export class VirtualList<Row extends { readonly id: number }> extends Component<VirtualListProps<Row>> {
  readonly #scroller = createRef<HTMLDivElement>()
  readonly #list = createRef<HTMLOListElement>()
  readonly #heights = new Map<number, number>()
  readonly #sizes = new ResizeObserver(() => this.#settle())
  #sum = 0
  /** Where each row begins; one more for the end. */
  #offsets = new Float64Array(1)
  #first = 0
  #last = 0
  #anchor: Anchor | null = null
  #isAtEnd = true

  override componentDidMount(): void {
    this.props.control.current = this
    this.#sizes.observe(this.#scroller.current!)
    this.#sizes.observe(this.#list.current!)
    this.#settle()
  }

  override componentWillUnmount(): void {
    this.#sizes.disconnect()
  }

  override componentWillReceiveProps({ list }: VirtualListProps<Row>): void {
    if (list === this.props.list) return
    this.#heights.clear()
    this.#sum = 0
    this.toEnd()
  }

  override componentDidUpdate(): void {
    this.#settle()
  }

  /** Shows the newest row, and stays there. */
  toEnd(): void {
    this.#isAtEnd = true
    this.#anchor = null
    this.forceUpdate()
  }

  /** Shows the row with that id, a third below the upper edge. */
  to(id: number): void {
    this.#isAtEnd = false
    this.#anchor = { id, top: (this.#scroller.current?.clientHeight ?? 0) / 3 }
    this.forceUpdate()
  }

  scrollBy(pixels: number): void {
    this.#scroller.current?.scrollBy({ top: pixels })
  }

  override render({ rows, label, row, onKeyDown }: VirtualListProps<Row>) {
    this.#measureOffsets(rows)
    const total = this.#offsets[rows.length]!
    const height = this.#scroller.current?.clientHeight ?? innerHeight
    const top = this.#top(rows, total, height)
    this.#first = indexAt(this.#offsets, top - margin)
    this.#last = Math.min(rows.length, indexAt(this.#offsets, top + height + margin) + 1)
    const space = {
      paddingTop: `${this.#offsets[this.#first]}px`,
      paddingBottom: `${total - this.#offsets[this.#last]!}px`,
    }
    return (
      <div
        class="scroller"
        ref={this.#scroller}
        role="group"
        aria-label={label}
        tabIndex={0}
        onScroll={this.#scrolled}
        onKeyDown={onKeyDown}
      >
        <ol ref={this.#list} style={space}>
          {rows.slice(this.#first, this.#last).map((each, at) => row(each, rows[this.#first + at - 1]))}
        </ol>
      </div>
    )
  }

  #measureOffsets(rows: readonly Row[]): void {
    const estimate = this.#heights.size === 0 ? firstEstimate : this.#sum / this.#heights.size
    if (this.#offsets.length <= rows.length) this.#offsets = new Float64Array(rows.length * 2 + 1)
    let offset = 0
    for (let at = 0; at < rows.length; at++) {
      this.#offsets[at] = offset
      offset += this.#heights.get(rows[at]!.id) ?? estimate
    }
    this.#offsets.fill(offset, rows.length)
  }

  /** Where the view is going to be. */
  #top(rows: readonly Row[], total: number, height: number): number {
    if (this.#isAtEnd) return Math.max(0, total - height)
    if (!this.#anchor) return this.#scroller.current?.scrollTop ?? 0
    return this.#offsets[indexOf(rows, this.#anchor.id)]! - this.#anchor.top
  }

  /** Takes the measures of what is there now, and puts it where it belongs. */
  #settle(): void {
    const scroller = this.#scroller.current
    const list = this.#list.current
    if (!scroller || !list) return
    const { rows } = this.props
    for (const [at, element] of [...list.children].entries()) {
      const id = rows[this.#first + at]?.id
      if (id !== undefined) this.#keep(id, element.getBoundingClientRect().height)
    }
    if (this.#isAtEnd) {
      const end = scroller.scrollHeight - scroller.clientHeight
      if (Math.abs(scroller.scrollTop - end) > 1) scroller.scrollTop = end
    } else if (this.#anchor) {
      const at = indexOf(rows, this.#anchor.id) - this.#first
      const element = list.children[at]
      const off = element ? topOf(element, scroller) - this.#anchor.top : 0
      if (Math.abs(off) > 0.5) scroller.scrollTop += off
    }
    this.#tell(scroller)
    requestAnimationFrame(this.#cover)
  }

  /**
   * Whoever jumps to one end while rows come is put back, and jumps again: for the browser nothing has
   * moved then, and it tells of no scrolling.
   */
  readonly #cover = (): void => {
    const scroller = this.#scroller.current
    if (!scroller) return
    const { scrollTop, clientHeight } = scroller
    const { rows } = this.props
    const isBlankAbove = this.#first > 0 && scrollTop < this.#offsets[this.#first]!
    const isBlankBelow = this.#last < rows.length && scrollTop + clientHeight > this.#offsets[this.#last]!
    if (isBlankAbove || isBlankBelow) this.#scrolled()
  }

  #keep(id: number, height: number): void {
    const before = this.#heights.get(id)
    if (before === height) return
    this.#sum += height - (before ?? 0)
    this.#heights.set(id, height)
    // Of rows that are gone the heights go as well.
    for (const [oldest, known] of this.#heights) {
      if (this.#heights.size <= this.props.rows.length + spareHeights) break
      this.#heights.delete(oldest)
      this.#sum -= known
    }
  }

  readonly #scrolled = (): void => {
    const scroller = this.#scroller.current
    const list = this.#list.current
    if (!scroller || !list) return
    const { scrollTop, scrollHeight, clientHeight } = scroller
    this.#isAtEnd = scrollHeight - scrollTop - clientHeight < nearEnd
    this.#anchor = this.#isAtEnd ? null : this.#anchorIn(scroller, list)
    const isCovered = scrollTop - margin / 2 >= this.#offsets[this.#first]! || this.#first === 0
    const { rows } = this.props
    const isCoveredBelow =
      scrollTop + clientHeight + margin / 2 <= this.#offsets[this.#last]! || this.#last === rows.length
    if (!isCovered || !isCoveredBelow) this.forceUpdate()
    else this.#tell(scroller)
  }

  /** The first row that is seen. */
  #anchorIn(scroller: Element, list: Element): Anchor | null {
    for (const [at, element] of [...list.children].entries()) {
      const top = topOf(element, scroller)
      const row = this.props.rows[this.#first + at]
      if (row && top + element.clientHeight > 0) return { id: row.id, top }
    }
    return null
  }

  #tell(scroller: Element): void {
    const { rows, atTop, seen } = this.props
    const { scrollTop, clientHeight } = scroller
    const first = rows[indexAt(this.#offsets, scrollTop)]
    const last = rows[Math.min(rows.length - 1, indexAt(this.#offsets, scrollTop + clientHeight))]
    if (scrollTop < margin) atTop()
    if (first && last) seen(first, last, this.#isAtEnd)
  }
}

function topOf(element: Element, scroller: Element): number {
  return element.getBoundingClientRect().top - scroller.getBoundingClientRect().top
}

/** The row that is at that place. */
function indexAt(offsets: Float64Array, place: number): number {
  let low = 0
  let high = offsets.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (offsets[middle]! <= place) low = middle
    else high = middle - 1
  }
  return low
}

/** The first row whose id is not lower. */
function indexOf(rows: readonly { readonly id: number }[], id: number): number {
  let low = 0
  let high = Math.max(0, rows.length - 1)
  while (low < high) {
    const middle = (low + high) >> 1
    if (rows[middle]!.id < id) low = middle + 1
    else high = middle
  }
  return low
}
