import type { Endpoint } from '../../core/endpoint.ts'
import { companies, companyKind, people, personKind } from '../customers.contract.ts'
import { listPersonIdentifiers } from '../identifiers.contract.ts'
import {
  listCompanyMerges,
  listMerges,
  mergeCompanies,
  mergePeople,
  unmergeCompanies,
  unmergePeople,
} from '../merge.contract.ts'
import { relationships } from '../relations.contract.ts'

// What the dialogs of merging and un-merging need to know of a kind; their words stand under its name.

export interface Mergeable {
  kind: typeof personKind | typeof companyKind
  get: typeof people.get | typeof companies.get
  merge: typeof mergePeople | typeof mergeCompanies
  unmerge: typeof unmergePeople | typeof unmergeCompanies
  merges: typeof listMerges
  /** Whose answers are others afterwards. */
  touched: readonly Endpoint[]
}

export const personMerge: Mergeable = {
  kind: personKind,
  get: people.get,
  merge: mergePeople,
  unmerge: unmergePeople,
  merges: listMerges,
  touched: [
    people.get,
    people.list,
    people.count,
    people.history,
    listMerges,
    listPersonIdentifiers,
    relationships.list,
  ],
}

export const companyMerge: Mergeable = {
  kind: companyKind,
  get: companies.get,
  merge: mergeCompanies,
  unmerge: unmergeCompanies,
  merges: listCompanyMerges,
  touched: [
    companies.get,
    companies.list,
    companies.count,
    companies.history,
    listCompanyMerges,
    people.get,
    people.list,
    people.count,
    relationships.list,
  ],
}
