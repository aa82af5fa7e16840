import { passwordsSuite } from '../suites/index.ts'
import { PlainPasswords } from './passwords.ts'

passwordsSuite('plain passwords', () => new PlainPasswords())
