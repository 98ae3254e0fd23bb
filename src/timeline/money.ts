const digits = new Map<string, number>()

function minorDigits(currency: string): number {
  const known = digits.get(currency)
  if (known !== undefined) return known
  const found =
    new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2
  digits.set(currency, found)
  return found
}

/** An amount as events carry it (a number or a numeric string, in units of the currency) → minor units. */
export function minorAmount(
  amount: unknown,
  currency: unknown,
): { amount_minor: number; currency: string } | null {
  const code = typeof currency === 'string' ? currency.trim().toUpperCase() : ''
  if (!/^[A-Z]{3}$/.test(code)) return null
  const value =
    typeof amount === 'number'
      ? amount
      : typeof amount === 'string' && amount.trim()
        ? Number(amount)
        : Number.NaN
  if (!Number.isFinite(value)) return null
  // Scaling the decimal text, not the float, keeps 1.005 and 8.165 at the cent a person reads.
  const minor = Math.round(Number(`${value}e${minorDigits(code)}`))
  return Number.isSafeInteger(minor) ? { amount_minor: minor, currency: code } : null
}
