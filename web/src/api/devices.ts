import { deviceInfo } from './device.ts';
import type { Device, Wire } from './types.ts';
import { api } from './viewer.ts';

const at = encodeURIComponent;

/** The devices of an account, and how one becomes another's. All throw Problem. */
export const devices = {
  rename: (device: string, name: string) => api.patch<Device>(`/devices/${at(device)}`, { body: { name } }),
  signOut: (device: string) => api.delete<void>(`/devices/${at(device)}`),
  signOutOthers: () => api.delete<void>('/devices'),
  /** The television that shows a code. */
  deviceCode: (code: string) => api.get<Wire['TvWireRequest']>(`/device-codes/${at(code)}`),
  answerCode: (code: string, yes: boolean) => api.post<void>(`/device-codes/${at(code)}/${yes ? 'approve' : 'deny'}`),
  link: () => api.post<Wire['InviteDeviceResponse']>('/device-links'),
  join: (code: string) =>
    api.post<unknown>('/sessions/link', { body: { code, device: deviceInfo() } satisfies Wire['JoinRequest'] }),
};
