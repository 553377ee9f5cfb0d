import { invariant } from '../../src/index.js';

/** Highest power first: evaluates as Horner's scheme reads it. */
type Coefficients = readonly number[];

const polynomial = (coefficients: Coefficients, x: number): number =>
  coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);

/** The published coefficients, to the digits that a double keeps. */
interface Rational {
  readonly over: Coefficients;
  readonly under: Coefficients;
}

const ratio = ({ over, under }: Rational, x: number): number =>
  polynomial(over, x) / polynomial(under, x);

const middle: Rational = {
  over: [
    2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946,
    1971.5909503065513, 133.14166789178438, 3.3871328727963665,
  ],
  under: [
    5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751,
    687.1870074920579, 42.31333070160091, 1,
  ],
};

const tail: Rational = {
  over: [
    7.745450142783414e-4, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684,
    3.6478483247632045, 5.769497221460691, 4.630337846156546, 1.4234371107496835,
  ],
  under: [
    1.0507500716444169e-9, 5.475938084995345e-4, 0.015198666563616457, 0.14810397642748008,
    0.6897673349851, 1.6763848301838038, 2.053191626637759, 1,
  ],
};

const farTail: Rational = {
  over: [
    2.0103343992922881e-7, 2.7115555687434876e-5, 1.2426609473880784e-3, 0.026532189526576124,
    0.29656057182850487, 1.7848265399172913, 5.463784911164114, 6.657904643501103,
  ],
  under: [
    2.0442631033899397e-15, 1.421511758316446e-7, 1.8463183175100548e-5, 7.868691311456133e-4,
    0.014875361290850615, 0.1369298809227358, 0.599832206555888, 1,
  ],
};

/**
 * The value below which a standard normal variable falls with probability `p`.
 *
 * Relative accuracy is about one part in 1e16.
 *
 * @param p - 0 < p < 1
 *
 * Source: Wichura (1988), algorithm AS 241, routine PPND16, Applied Statistics 37(3).
 */
export function normalQuantile(p: number): number {
  invariant(p > 0 && p < 1, `a quantile needs 0 < p < 1, got ${p}`);
  const fromMiddle = p - 0.5;
  if (Math.abs(fromMiddle) <= 0.425) {
    return fromMiddle * ratio(middle, 0.180625 - fromMiddle * fromMiddle);
  }
  const depth = Math.sqrt(-Math.log(Math.min(p, 1 - p)));
  const size = depth <= 5 ? ratio(tail, depth - 1.6) : ratio(farTail, depth - 5);
  return fromMiddle < 0 ? -size : size;
}
