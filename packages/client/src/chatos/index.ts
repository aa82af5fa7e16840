import { speakChatos } from './speak.ts'

export const chatos = speakChatos()
