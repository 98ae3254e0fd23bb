import { type RelationTypeId, relationTypes } from '../customers/relations.contract.ts'
import { headerKey } from './targets.ts'

// What other tools call a relation, beside what it is called here. Turned: told from its other end ("manages").

const others: Record<RelationTypeId, { straight: string; turned: string }> = {
  works_at: {
    straight:
      'employee employer employed employedby employeeof employment job worksfor workingat primarycompany angestellt angestellter angestellte beschaftigt arbeitgeber mitarbeiter mitarbeiterin arbeitetfur',
    turned: 'employs',
  },
  buys_for: {
    straight: 'buyer buyerfor purchaser purchasesfor ordersfor einkaufer einkauferin kauftfur bestelltfur',
    turned: '',
  },
  household: {
    straight:
      'spouse married marriedto husband wife family familymember samehousehold ehepartner ehepartnerin ehefrau ehemann verheiratet familie imselbenhaushalt',
    turned: '',
  },
  reports_to: {
    straight: 'manager supervisor boss linemanager vorgesetzter vorgesetzte unterstellt berichtetan',
    turned: 'managerof directreport supervises leitet vorgesetztervon vorgesetztevon',
  },
  parent_company: {
    straight:
      'parent subsidiaryof childcompany belongsto mutter mutterfirma tochtervon tochterfirmavon gehortzu',
    turned: 'parentof holdingof child tochter tochterfirma muttervon',
  },
}

interface Meant {
  type: RelationTypeId
  turned: boolean
}

const meanings = new Map<string, Meant>()
const learn = (words: readonly string[], meant: Meant) => {
  for (const word of words) if (!meanings.has(word)) meanings.set(word, meant)
}
for (const { id, label, inverse } of relationTypes) {
  learn([headerKey(id), ...Object.values(label).map(headerKey)], { type: id, turned: false })
  learn(Object.values(inverse).map(headerKey), { type: id, turned: true })
}
for (const { id } of relationTypes) {
  learn(others[id].straight.split(' ').filter(Boolean), { type: id, turned: false })
  learn(others[id].turned.split(' ').filter(Boolean), { type: id, turned: true })
}

/** Which relation a word means, however it is spelled; undefined where it means none of ours. */
export const relationMeant = (word: string): Meant | undefined => meanings.get(headerKey(word))

/** What relations are called, for a sentence. */
export const relationNames = relationTypes.map(({ label }) => ({ label }))
