import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Whole browsers, programs and data sets, the longest first: what is long and comes last leaves a processor without work. */
const long = [
  'test/rights',
  'test/browser',
  'test/lists',
  'src/ui/ui',
  'test/first-run',
  'test/start',
  'test/sample-company',
  'test/import',
  'src/core/runtime/runtime',
  'test/crash',
  'src/data/real-formats',
]

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = long.findIndex(name => moduleId.endsWith(`/${name}.test.ts`))
      return at < 0 ? long.length : at
    }
    return (await super.sort(files)).toSorted((one, other) => rank(one) - rank(other))
  }
}
