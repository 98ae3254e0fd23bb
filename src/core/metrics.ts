import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

export interface Metrics {
  readonly registry: Registry
  request(labels: { endpoint: string; status: number }, seconds: number): void
  job(labels: { job: string; outcome: 'done' | 'failed' }, seconds: number): void
  count(name: 'ingest_accepted' | 'ingest_rejected' | 'ingest_duplicate' | 'projected_rows', by: number): void
  gauge(name: (typeof gaugeNames)[number], value: number): void
}

const gaugeNames = [
  'projection_lag_seconds',
  'fold_lag_seconds',
  'oldest_job_seconds',
  'live_connections',
] as const

export function createMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'rapport_' })
  const buckets = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]
  const requests = new Histogram({
    name: 'rapport_request_seconds',
    help: 'Requests by endpoint and status',
    labelNames: ['endpoint', 'status'],
    buckets,
    registers: [registry],
  })
  const jobs = new Histogram({
    name: 'rapport_job_seconds',
    help: 'Background jobs by name and outcome',
    labelNames: ['job', 'outcome'],
    buckets,
    registers: [registry],
  })
  const counters = new Map(
    (['ingest_accepted', 'ingest_rejected', 'ingest_duplicate', 'projected_rows'] as const).map(name => [
      name,
      new Counter({ name: `rapport_${name}_total`, help: name.replaceAll('_', ' '), registers: [registry] }),
    ]),
  )
  const gauges = new Map(
    gaugeNames.map(name => [
      name,
      new Gauge({ name: `rapport_${name}`, help: name.replaceAll('_', ' '), registers: [registry] }),
    ]),
  )
  return {
    registry,
    request: (labels, seconds) =>
      requests.observe({ endpoint: labels.endpoint, status: String(labels.status) }, seconds),
    job: (labels, seconds) => jobs.observe(labels, seconds),
    count: (name, by) => counters.get(name)?.inc(by),
    gauge: (name, value) => gauges.get(name)?.set(value),
  }
}
