/** A header as descriptions write it: small letters and digits; pipelines put `property_` before and `__value` behind. */
export const exportKey = (header: string): string =>
  header
    .replace(/^["'`]*propert(y|ies)[_.](?=[a-z])/i, '')
    .replace(/__(value|string|double)$/i, '')
    .normalize('NFKD')
    .replace(/ß/g, 'ss')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
