"""The hash a base is named by; twin of runtime/checkpoint/base/baseHash.ts."""
import hashlib
import json

import numpy as np


def base_hash(tensors):
    """{name: tensor} of float16-representable values -> 64 hex digits."""
    lines = []
    for name in sorted(tensors):
        values = np.ascontiguousarray(tensors[name].detach().cpu().float().numpy(), '<f4')
        digest = hashlib.sha256(values.tobytes()).hexdigest()
        lines.append(json.dumps([name, list(tensors[name].shape), digest], separators=(',', ':')) + '\n')
    return hashlib.sha256(''.join(lines).encode()).hexdigest()
