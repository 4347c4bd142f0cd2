/** The interpreter scripts run on. */
export interface PythonFacts {
  /** The real file behind `python3`. */
  executable: string;
  /** Folders it lives in, beyond /usr. */
  folders: readonly string[];
  /** As `3.11`. */
  version: string;
  /** As `linux-x86_64`. */
  platform: string;
  /** What environment markers of dependencies ask for, by name. */
  markers: Readonly<Record<string, string>>;
}
