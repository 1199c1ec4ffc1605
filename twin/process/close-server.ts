/** Ends a web server without waiting for whoever keeps a connection open. */
export function closeServer(server: {
  closeAllConnections(): void;
  close(done: () => void): unknown;
}): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
