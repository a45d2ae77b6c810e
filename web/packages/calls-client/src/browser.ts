// What browsers do differently, in one table, found out by looking for the feature and not for a name.

/** The differences that this package knows. */
export interface BrowserFeatures {
  /** Cameras and microphones can be asked for: false on a page without https (W3C Media Capture §10.2.1). */
  readonly capture: boolean;
  /** WebRTC itself. */
  readonly peerConnections: boolean;
  /** It is told which STUN and TURN servers were not reached (W3C WebRTC §4.8.2): not in Firefox. */
  readonly candidateErrors: boolean;
  /** Screens can be shared; phones cannot. */
  readonly screen: boolean;
  /** The sound of what is shared can come with it: Chromium and its relatives. */
  readonly screenSound: boolean;
  /** The loudspeaker can be chosen (`HTMLMediaElement.setSinkId`, W3C Audio Output §3). */
  readonly chooseSpeaker: boolean;
  /** The order of codecs can be chosen (`RTCRtpTransceiver.setCodecPreferences`, W3C WebRTC §5.4). */
  readonly codecPreferences: boolean;
  /** Encoded frames can be transformed (W3C WebRTC Encoded Transform). */
  readonly encodedTransform: boolean;
  /** The background can be blurred by the system (W3C Media Capture Extensions §6). */
  readonly backgroundBlur: boolean;
  /** A small window of one's own can float above the others (WICG Document Picture-in-Picture). */
  readonly documentPictureInPicture: boolean;
  /** A video can float above the other windows (W3C Picture-in-Picture). */
  readonly videoPictureInPicture: boolean;
  /** One tab can be told from the others (W3C Web Locks). */
  readonly locks: boolean;
  /** The screen can be kept from going dark (W3C Screen Wake Lock). */
  readonly wakeLock: boolean;
}

/** The part of a page that is looked at. */
export interface BrowserScope {
  readonly navigator?: {
    readonly mediaDevices?: {
      readonly getDisplayMedia?: unknown;
      getSupportedConstraints?(): object;
    };
    readonly locks?: unknown;
    readonly wakeLock?: unknown;
  };
  readonly document?: { readonly pictureInPictureEnabled?: boolean };
  readonly documentPictureInPicture?: unknown;
  readonly HTMLMediaElement?: { readonly prototype: object };
  readonly RTCPeerConnection?: { readonly prototype: object };
  readonly RTCRtpTransceiver?: { readonly prototype: object };
  readonly RTCRtpScriptTransform?: unknown;
}

/**
 * Looks at a page. Two differences cannot be seen before they are met, and are met where they happen:
 * `availableOutgoingBitrate` is missing in Firefox's stats (then it is null there too), and
 * `applyConstraints` of a camera in use may refuse sizes it took at its start.
 */
export function browserFeatures(scope: BrowserScope = globalThis): BrowserFeatures {
  const devices = scope.navigator?.mediaDevices;
  const constraints = devices?.getSupportedConstraints?.() ?? {};
  const has = (owner: { readonly prototype: object } | undefined, name: string): boolean =>
    owner !== undefined && name in owner.prototype;
  return {
    capture: devices !== undefined,
    peerConnections: scope.RTCPeerConnection !== undefined,
    candidateErrors: has(scope.RTCPeerConnection, "onicecandidateerror"),
    screen: devices?.getDisplayMedia !== undefined,
    // No feature says so by itself; who can silence a shared tab can also send its sound.
    screenSound: devices?.getDisplayMedia !== undefined && "suppressLocalAudioPlayback" in constraints,
    chooseSpeaker: has(scope.HTMLMediaElement, "setSinkId"),
    codecPreferences: has(scope.RTCRtpTransceiver, "setCodecPreferences"),
    encodedTransform: scope.RTCRtpScriptTransform !== undefined,
    backgroundBlur: "backgroundBlur" in constraints,
    documentPictureInPicture: scope.documentPictureInPicture !== undefined,
    videoPictureInPicture: scope.document?.pictureInPictureEnabled === true,
    locks: scope.navigator?.locks !== undefined,
    wakeLock: scope.navigator?.wakeLock !== undefined,
  };
}
