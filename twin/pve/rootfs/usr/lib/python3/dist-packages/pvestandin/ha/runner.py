"""Runs one action for each service at a time, beside the round."""
import threading


class ThreadRunner:
    def __init__(self):
        self._lock = threading.Lock()
        self._busy = set()
        self._done = []

    def busy(self):
        with self._lock:
            return set(self._busy)

    def submit(self, sid, uid, action):
        with self._lock:
            if sid in self._busy:
                return
            self._busy.add(sid)
        threading.Thread(target=self._run, args=(sid, uid, action), daemon=True).start()

    def _run(self, sid, uid, action):
        try:
            code = action()
        except Exception as error:  # an action that breaks is a failed action
            print(f'{sid}: {error}', flush=True)
            code = 1
        with self._lock:
            self._busy.discard(sid)
            self._done.append((sid, uid, code))

    def finished(self):
        with self._lock:
            done, self._done = self._done, []
        return done
