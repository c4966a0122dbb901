/** Short notes that come and go; read out by screen readers through the live region of Toaster. */
export interface Toast {
  id: number;
  text: string;
  action?: { label: string; run: () => void };
}

const lifetimeMs = 5000;
let last = 0;
let toasts = $state<Toast[]>([]);

export function toast(text: string, action?: Toast['action']): void {
  const id = ++last;
  toasts = [...toasts.filter((t) => t.text !== text).slice(-2), { id, text, action }];
  setTimeout(() => dismiss(id), lifetimeMs);
}

export function dismiss(id: number): void {
  toasts = toasts.filter((t) => t.id !== id);
}

export const shown = {
  get toasts() {
    return toasts;
  },
};
