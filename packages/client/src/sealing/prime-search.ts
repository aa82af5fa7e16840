/** Bases that a prime is tried with: a composite passes with a chance below 4 to the power of minus this. */
const rounds = 24
/** Candidates between two turns of the event loop. */
const perTurn = 8
const smallPrimes = primesBelow(20_000)

/**
 * The first prime at or above `start` in steps of `step`. It lets others run in between: a search of
 * 1,536 bits takes some hundred milliseconds.
 */
export async function nextPrime(start: bigint, step: bigint): Promise<bigint> {
  const sieve = smallPrimes.map((prime) => {
    return { prime, first: Number(start % BigInt(prime)), step: Number(step % BigInt(prime)) }
  })
  for (let index = 0, tried = 0; ; index++) {
    if (sieve.some(({ prime, first, step: by }) => (first + index * by) % prime === 0)) continue
    const candidate = start + BigInt(index) * step
    if (isProbablePrime(candidate)) return candidate
    if (++tried % perTurn === 0) await new Promise((resolve) => setTimeout(resolve, 0))
  }
}

/** Miller and Rabin's test of an odd number above 20,000, with the base 2 first and random ones after it. */
function isProbablePrime(number: bigint): boolean {
  let odd = number - 1n
  let twos = 0
  while ((odd & 1n) === 0n) {
    odd >>= 1n
    twos++
  }
  for (let round = 0; round < rounds; round++) {
    if (isWitness(round === 0 ? 2n : randomBelow(number - 3n) + 2n, odd, twos, number)) return false
  }
  return true
}

/** The number below `modulus` that gives 1 with `value`. They have no common factor. */
export function inverse(value: bigint, modulus: bigint): bigint {
  let [low, high] = [value % modulus, modulus]
  let [one, other] = [1n, 0n]
  while (low > 1n) {
    const times = high / low
    ;[low, high] = [high - times * low, low]
    ;[one, other] = [other - times * one, one]
  }
  return ((one % modulus) + modulus) % modulus
}

export function bigFrom(bytes: Uint8Array): bigint {
  return BigInt(`0x0${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`)
}

export function bytesFrom(value: bigint, length: number): Uint8Array<ArrayBuffer> {
  const digits = value.toString(16).padStart(2 * length, '0')
  return Uint8Array.from({ length }, (_, index) => Number.parseInt(digits.slice(2 * index, 2 * index + 2), 16))
}

/** A base that shows that the number has factors. */
function isWitness(base: bigint, odd: bigint, twos: number, number: bigint): boolean {
  let power = powerOf(base, odd, number)
  if (power === 1n || power === number - 1n) return false
  for (let count = 1; count < twos; count++) {
    power = (power * power) % number
    if (power === number - 1n) return false
  }
  return true
}

function powerOf(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let power = 1n
  for (const bit of exponent.toString(2)) {
    power = (power * power) % modulus
    if (bit === '1') power = (power * base) % modulus
  }
  return power
}

/** Even enough: eight bytes more than the bound has. */
function randomBelow(bound: bigint): bigint {
  const length = Math.ceil(bound.toString(16).length / 2) + 8
  return bigFrom(crypto.getRandomValues(new Uint8Array(length))) % bound
}

function primesBelow(limit: number): readonly number[] {
  const isComposite = new Uint8Array(limit)
  const primes: number[] = []
  for (let number = 2; number < limit; number++) {
    if (isComposite[number]) continue
    primes.push(number)
    for (let multiple = number * number; multiple < limit; multiple += number) isComposite[multiple] = 1
  }
  return primes
}
