import type { Area } from '../core/area.ts'
import { publicPageRoutes } from './public-page.routes.ts'
import { routes } from './surveys.routes.ts'

export { surveysAsked } from './asked-surveys.ts'
export { eraseFeedback, openSince, recordPast } from './history.ts'
export {
  createImportedSurvey,
  eraseAnswers,
  extendImportedSurvey,
  type ImportedQuestion,
  importAnswers,
} from './imported.ts'
export { measureOf } from './measure.question.ts'
export { listResponses } from './responses.ts'
export { createSurvey } from './surveys.ts'

export const feedbackArea: Area = {
  name: 'feedback',
  migrations: new URL('./migrations/', import.meta.url),
  routes,
  rawRoutes: publicPageRoutes,
}
