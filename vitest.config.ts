import { globSync, readFileSync } from 'node:fs'
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './src/testing/longest-first.ts'

const all = ['src/**/*.test.ts', 'test/**/*.test.ts']
// Kinds that only tests have would be in the catalogue of every file that comes after in the same process.
const withOwnKinds = globSync(all).filter(file => readFileSync(file, 'utf8').includes('records-cast.ts'))
// Needs programs of the very version of a real server: continuous integration has them, in its second part.
const absent = process.env.TEST_POSTGRES_TOOLS ? [] : ['test/backup.test.ts']

export default defineConfig({
  test: {
    // Reading every module again for each file would take a tenth of the time; every file has its own databases all the same.
    projects: [
      {
        extends: true,
        test: { name: 'together', include: all, exclude: [...absent, ...withOwnKinds], isolate: false },
      },
      { extends: true, test: { name: 'apart', include: withOwnKinds, isolate: true } },
    ],
    globalSetup: ['src/testing/global-setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // What is waited for comes; how soon is measured by the bench, not by tests on a busy machine.
    expect: { poll: { timeout: 15_000 } },
    pool: 'forks',
    // One more than the processors of the smallest machine: browsers and databases make them wait as often as they work.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    // As the product runs: Node reads our files itself.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    reporters: process.env.CI ? ['default', 'json'] : ['default'],
    outputFile: { json: 'coverage/results.json' },
  },
})
