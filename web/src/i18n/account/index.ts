import { messages } from '../messages.ts';
import { en } from './en.ts';
import { zh } from './zh-CN.ts';

/** Words of an account, the people who watch with it, and PINs. */
export const t = messages(zh, en);
