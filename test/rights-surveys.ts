import { newId } from '../src/core/id.ts'
import { createSurvey, getSurvey, openSurvey } from '../src/feedback/surveys.contract.ts'
import type { TestApp } from '../src/testing/app.ts'
import type { Matrix, RecordMaker } from './rights-matrix.ts'

export function surveyMakers(app: TestApp): RecordMaker[] {
  return [
    {
      path: '/api/surveys/{id}',
      async make({ workspace }) {
        const key = workspace.keys.owner
        const body = { template: 'nps' as const, name: 'Customers', subject: 'us' }
        const { id } = await app.call(createSurvey, { key, body })
        await app.call(openSurvey, { key, params: { id } })
        return { id }
      },
    },
  ]
}

export function surveyInputs(app: TestApp): Matrix['inputs'] {
  return {
    'measures.nps': () => ({ query: {} }),
    async 'surveys.respond'({ workspace }, { id = '' }) {
      const survey = await app
        .call(getSurvey, { key: workspace.keys.owner, params: { id } })
        .catch(() => undefined)
      const question_id = survey?.questions[0]?.id ?? newId()
      return { body: { submission_id: newId(), answers: [{ question_id, value: 9 }] } }
    },
  }
}
