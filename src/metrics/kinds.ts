import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

/** What is told of a metric beside its values. */
export interface MetricDescription {
  readonly name: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly labels: readonly string[]
  readonly help: string
}

type Labels<Name extends string> = Readonly<Record<Name, string | number>>

/** More values than that of one label are told as `other`: each is a series that Prometheus keeps. */
const MOST_VALUES = 64
const WORD = /^[\w.-]{1,40}$/

/** Lets only short words through, and only so many: what somebody sends must not become a label. */
const wordsOnly = <Name extends string>(names: readonly Name[]) => {
  const seen = new Map(names.map((name) => [name, new Set<string>()]))
  const wordOf = (name: Name, value: string): string => {
    const known = seen.get(name)
    if (!known || known.has(value)) return value
    if (!WORD.test(value) || known.size >= MOST_VALUES) return 'other'
    known.add(value)
    return value
  }
  return (labels: Labels<Name>): Record<string, string> =>
    Object.fromEntries(names.map((name) => [name, wordOf(name, String(labels[name]))]))
}

/** Declares metrics in a registry; label values are short words of a bounded number. */
export const metricKinds = (registry: Registry) => {
  const declared: MetricDescription[] = []
  const declare = (type: MetricDescription['type'], name: string, help: string, labels: readonly string[]) => {
    declared.push({ name, type, labels, help })
    return { name, help, labelNames: labels, registers: [registry] }
  }

  return {
    declared,
    counter: <Name extends string = never>(name: string, help: string, labels: readonly Name[] = []) => {
      const counter = new Counter(declare('counter', name, help, labels))
      const words = wordsOnly(labels)
      return { inc: (values: Labels<Name>, by = 1): void => counter.inc(words(values), by) }
    },
    gauge: <Name extends string = never>(name: string, help: string, labels: readonly Name[] = []) => {
      const gauge = new Gauge(declare('gauge', name, help, labels))
      const words = wordsOnly(labels)
      return {
        set: (values: Labels<Name>, value: number): void => gauge.set(words(values), value),
        /** Forgets all values, before those of now are set. */
        reset: (): void => gauge.reset()
      }
    },
    /** @param buckets upper ends, in the metric's unit */
    histogram: <Name extends string = never>(name: string, help: string, buckets: number[], labels: readonly Name[] = []) => {
      const histogram = new Histogram({ ...declare('histogram', name, help, labels), buckets })
      const words = wordsOnly(labels)
      return { observe: (values: Labels<Name>, value: number): void => histogram.observe(words(values), value) }
    }
  }
}
