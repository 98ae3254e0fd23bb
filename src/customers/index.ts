import type { Area } from '../core/area.ts'
import { customerRoutes } from './customers.routes.ts'

export { type CompanyMention, companiesOf } from './company-mentions.ts'
export { countryCode } from './countries.ts'
export { type RawIdentifier, resolveIdentifiers } from './identifiers.ts'
export { identifyPeople, type PersonOutcome, type PersonSighting } from './identify.ts'
export { type CompanyOutcome, type CompanySighting, identifyCompanies } from './identify-companies.ts'
export { type Identifier, normalForm } from './normal-form.ts'
export {
  notePeopleSeen,
  type OwnedSpan,
  personIdentifierIds,
  type Subject,
  syntheticIdentifier,
  syntheticIdentifiers,
} from './person-identifiers.ts'
export { upsertCompanies } from './upsert-companies.ts'
export { upsertPeople } from './upsert-people.ts'

export const customersArea: Area = {
  name: 'customers',
  migrations: new URL('./migrations/', import.meta.url),
  routes: customerRoutes,
}
