import type { Area } from '../core/area.ts'
import { customerRoutes } from './customers.routes.ts'

export { companiesOf } from './company-mentions.ts'
export { countryCode } from './countries.ts'
export { eraseCustomers, identifiersOfNobodyElse, mergedWithOthers } from './erase.ts'
export { resolveIdentifiers } from './identifiers.ts'
export { identifyPeople, type PersonSighting } from './identify.ts'
export { identifyCompanies } from './identify-companies.ts'
export { normalForm, phoneOf } from './normal-form.ts'
export { peopleKnownBy } from './people-known.ts'
export {
  notePeopleSeen,
  personIdentifierIds,
  type Subject,
  syntheticIdentifiers,
} from './person-identifiers.ts'
export { recordRelations } from './record-relations.ts'
export { countOpenReviews } from './review-list.ts'
export { upsertCompanies } from './upsert-companies.ts'
export { upsertPeople } from './upsert-people.ts'
export { type RelationEnd, type RelationItem, upsertRelations } from './upsert-relations.ts'
export { peopleSeenBy, resetPeopleSeen, withdrawClaims, withdrawIdentifiers } from './withdraw.ts'

export const customersArea: Area = {
  name: 'customers',
  migrations: new URL('./migrations/', import.meta.url),
  routes: customerRoutes,
}
