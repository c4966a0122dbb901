import { claim } from '../device/bridge.ts';
import { client } from './client.ts';
import { deviceInfo } from './device.ts';
import type { Wire } from './types.ts';

/** Codes by which another device's owner lets this one in. */
export type DeviceCode = Wire['TvWireCodes'];

const api = client('/api/v1', undefined, undefined, claim);

/** Asks for a code to show; the digest of a secret binds it to whoever knows that. */
export function askCode(code_challenge?: string): Promise<DeviceCode> {
  const body: Wire['DeviceCodeRequest'] = { device: deviceInfo(), code_challenge };
  return api.post<DeviceCode>('/device-codes', { body });
}

/** Has somebody agreed? Then this browser has their session. A refusal says what to do next. */
export function redeemCode(device_code: string, code_verifier?: string): Promise<unknown> {
  const body: Wire['RedeemDeviceCodeRequest'] = { device_code, code_verifier };
  return api.post('/device-codes/redeem', { body });
}
