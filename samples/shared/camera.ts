import { DeviceError } from '../../runtime/core/errors.js';

const remedies: Readonly<Record<string, string>> = {
  NotAllowedError: 'the camera was not allowed. Allow it beside the address of this page',
  NotFoundError: 'no camera was found. Connect one',
  NotReadableError: 'another program uses the camera. Close it',
};

/**
 * Opens the camera that looks at the user and shows it.
 * @param instead what the user can do without one, as the end of a sentence
 * @returns what closes it
 * @throws DeviceError `camera/…` with the remedy
 */
export async function openCamera(video: HTMLVideoElement, instead: string): Promise<() => void> {
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (!devices) {
    throw new DeviceError(
      'camera/insecure',
      `camera: browsers offer it only to pages under https or on this machine. Open the page there, or ${instead}.`,
    );
  }
  let stream: MediaStream;
  try {
    stream = await devices.getUserMedia({
      video: { facingMode: 'user', width: { ideal: 1280 }, height: { ideal: 960 } },
      audio: false,
    });
  } catch (cause) {
    const { name, message } = cause as Error;
    const remedy = remedies[name] ?? `${message}. Try again`;
    throw new DeviceError('camera/open', `camera: ${remedy}, or ${instead}.`, { cause });
  }
  const close = (): void => {
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  };
  try {
    video.srcObject = stream;
    await video.play();
  } catch (cause) {
    close();
    throw new DeviceError('camera/play', `camera: it cannot be shown. Reload the page, or ${instead}.`, { cause });
  }
  return close;
}
