import type { MetricSample } from '@parley/protocols'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { MetricSources } from './prometheus.ts'
import { delayResolutionMs, prometheusText, samplesOf } from './prometheus.ts'

/** The metrics of a running server. Nothing is measured for them alone before somebody asks. */
export class Metrics {
  readonly #sources: Omit<MetricSources, 'eventLoopDelay' | 'isWritable'> & { isWritable(): boolean }
  #delay: ReturnType<typeof monitorEventLoopDelay> | undefined

  constructor(sources: Omit<MetricSources, 'eventLoopDelay' | 'isWritable'> & { isWritable(): boolean }) {
    this.#sources = sources
  }

  /** Whether whoever comes now is served whole. */
  get isReady(): boolean {
    return this.#sources.isWritable()
  }

  /** In Prometheus' text format. */
  text(): string {
    return prometheusText(this.#measured())
  }

  samples(): readonly MetricSample[] {
    return samplesOf(this.#measured())
  }

  #measured(): MetricSources {
    if (!this.#delay) {
      this.#delay = monitorEventLoopDelay({ resolution: delayResolutionMs })
      this.#delay.enable()
    }
    return { ...this.#sources, isWritable: this.isReady, eventLoopDelay: this.#delay }
  }

  close(): void {
    this.#delay?.disable()
  }
}
