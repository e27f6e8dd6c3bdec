import type { IDisposable, Scene } from '@babylonjs/core/scene.pure.js';
import { ShellServiceIdentity } from '@babylonjs/inspector';
import { createElement, useEffect, useRef, type ComponentType, type ReactElement } from 'react';
import { ShowHeadGallery, type HeadGalleryOptions } from '../gallery/showHeadGallery.js';
import { expectGiven } from '../../runtime/core/given.js';

/** What the pane's gallery shows; the pane itself is its parent. */
export type HeadPaneOptions = Omit<HeadGalleryOptions, 'parent'>;

/** What is used of the Inspector's shell service, whose declarations (9.35) name an unpublished package. */
interface ShellService {
  addSidePane(pane: {
    readonly key: string;
    readonly title: string;
    readonly icon: ComponentType;
    readonly horizontalLocation: 'left' | 'right';
    readonly verticalLocation: 'top' | 'bottom';
    readonly teachingMoment: boolean;
    readonly content: ComponentType;
  }): IDisposable;
}

/** A service of the Inspector that adds a pane *Heads*: the page's own gallery, beside the scene explorer. */
export interface HeadGalleryService {
  readonly friendlyName: string;
  readonly consumes: readonly [symbol];
  readonly factory: (shell: ShellService) => IDisposable;
}

const HeadIcon = (): ReactElement =>
  createElement(
    'svg',
    { width: 20, height: 20, viewBox: '0 0 20 20', fill: 'none', stroke: 'currentColor', strokeWidth: 1.4 },
    createElement('path', {
      d: 'M10 2.5c-3 0-5 2.2-5 5.3 0 3.4 2.2 6.2 5 6.200s5-2.8 5-6.2c0-3.1-2-5.3-5-5.3zM7 14v3.500M13 14v3.500',
    }),
  );

/**
 * The gallery as a pane of Babylon's Inspector (v2), for `ShowInspector(scene, { serviceDefinitions: [...] })`.
 * `ShowHeadInspector` adds it where it is given `gallery`.
 */
export function headGalleryService(scene: Scene, options: HeadPaneOptions): HeadGalleryService {
  expectGiven('HeadGalleryInspectorService', 'scene', scene);
  expectGiven('HeadGalleryInspectorService', 'options', options);
  const Content = (): ReactElement => {
    const parent = useRef<HTMLDivElement>(null);
    useEffect(() => {
      const gallery = ShowHeadGallery(scene, { ...options, parent: parent.current! });
      return () => gallery.dispose();
    }, []);
    return createElement('div', { ref: parent, style: { height: '100%' } });
  };
  return {
    friendlyName: 'Personalized Head gallery',
    consumes: [ShellServiceIdentity],
    factory: (shell) =>
      shell.addSidePane({
        key: 'Personalized Heads',
        title: 'Heads',
        icon: HeadIcon,
        horizontalLocation: 'left',
        verticalLocation: 'bottom',
        teachingMoment: false,
        content: Content,
      }),
  };
}
