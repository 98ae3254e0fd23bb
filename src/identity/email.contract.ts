import { z } from 'zod'
import { contractText } from '../core/text-words.ts'
import { says } from './says.contract.ts'

/** One normal form, compared exactly: folding accents would send a link for one person to a look-alike. */
export const email = () =>
  z
    .string()
    .max(254)
    .transform(value => value.trim().toLowerCase())
    .pipe(z.email(contractText(says.not_email())))
