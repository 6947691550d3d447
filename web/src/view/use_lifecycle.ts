// What the device tells: phones cut connections without a word, so coming back asks for a new attempt.
import { useEffect } from 'preact/hooks';
import { usePage } from './context.ts';

export function useLifecycle(): void {
  const page = usePage();
  useEffect(() => {
    const again = (): void => {
      if (document.visibilityState === 'visible' && navigator.onLine) page.reconnect(null);
    };
    const suspend = (): void => page.suspend();
    document.addEventListener('visibilitychange', again);
    window.addEventListener('pageshow', again);
    window.addEventListener('online', again);
    window.addEventListener('offline', suspend);
    return () => {
      document.removeEventListener('visibilitychange', again);
      window.removeEventListener('pageshow', again);
      window.removeEventListener('online', again);
      window.removeEventListener('offline', suspend);
    };
  }, [page]);
}
