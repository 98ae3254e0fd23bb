import { sentences } from '../core/text-sentence.ts'

// What the server says; German stands in web/de.json.

export const says = sentences('data', {
  heard_since: 'Its timeline holds something that this import did not bring; it stays.',
})
