import { useEndpoint } from '../../core/web/query.ts'
import { listSurveys, type Survey } from '../surveys.contract.ts'

/** Surveys to choose from and to look up: as many as one answer takes. */
export const useSurveys = (): readonly Survey[] =>
  useEndpoint(listSurveys, { query: { limit: 200 } }).data?.items ?? []
