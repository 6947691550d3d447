import type { ComponentChildren } from 'preact';
import { text } from './text.ts';
import { Wordmark } from './wordmark.tsx';

/** A screen with one thing on it: loading, locked, unsupported … */
export function PlainScreen({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <main class="plain">
      <div class="plain-card">
        <div class="plain-brand">
          <Wordmark />
          <span class="hidden">{text.start.brand}</span>
        </div>
        <h1>{title}</h1>
        {children}
      </div>
    </main>
  );
}
