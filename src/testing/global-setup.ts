import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    postgresUrl: string
    clickhouse: { url: string; user: string; password: string }
  }
}

/** One PostgreSQL and one ClickHouse for the whole run; each test file gets databases of its own in them. */
export default async function setup(project: TestProject): Promise<void> {
  project.provide('postgresUrl', process.env.TEST_DATABASE_URL ?? '')
  project.provide('clickhouse', { url: process.env.TEST_CLICKHOUSE_URL ?? '', user: 'default', password: '' })
}
