"""Results of a long job, one JSON line each, so that the job can be stopped and goes on where it was."""
import json
import os
import sys
import time


class Journal:
    """Values by (part, item). `key` (JSON) says what decides them: a file of another key is begun anew."""

    def __init__(self, path, key):
        self.path, self.values = path, {}
        lines = open(path).read().split('\n') if os.path.exists(path) else []
        if lines and lines[0] == json.dumps(key):
            for line in lines[1:]:
                try:
                    part, item, value = json.loads(line)
                except ValueError:
                    continue  # the line that was being written when the job was stopped
                self.values[part, item] = value
            self.file = open(path, 'a')
            self.file.write('\n')  # ends such a line
        else:
            self.file = open(path, 'w')
            self.file.write(json.dumps(key) + '\n')

    def put(self, part, item, value):
        self.values[part, item] = value
        self.file.write(json.dumps([part, item, value]) + '\n')
        self.file.flush()

    def of(self, part):
        """Values of a part, in order of their items."""
        return [value for (p, _), value in sorted(self.values.items(), key=lambda e: (e[0][0], e[0][1])) if p == part]


class Progress:
    """A line with what is done and when the rest will be. Work is measured in any unit the caller counts in."""

    def __init__(self, total):
        self.total, self.done, self.start, self.shown = total, 0, time.time(), 0.0

    def skip(self, amount):
        """Work that was done in an earlier run: it tells nothing about the speed."""
        self.total -= amount

    def add(self, amount, word):
        self.done += amount
        now = time.time()
        if now - self.shown < (0.5 if sys.stderr.isatty() else 20) and self.done < self.total:
            return
        self.shown = now
        left = (now - self.start) * (self.total - self.done) / self.done
        end = '\r' if sys.stderr.isatty() and self.done < self.total else '\n'
        print(f'{word}: {100 * self.done / self.total:.0f} %, {left / 60:.1f} min left   ', end=end, file=sys.stderr, flush=True)
