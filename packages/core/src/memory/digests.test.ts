import { digestsSuite } from '../../suites/index.ts'
import { PlainDigests } from './digests.ts'

digestsSuite('plain digests', () => new PlainDigests())
