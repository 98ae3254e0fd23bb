import { z } from 'zod'

/** One normal form, compared exactly: folding accents would send a link for one person to a look-alike. */
export const email = () =>
  z
    .string()
    .max(254)
    .transform(value => value.trim().toLowerCase())
    .pipe(z.email('must be an e-mail address'))
