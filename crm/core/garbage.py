"""When Python looks for garbage: pages and letters make some ten thousand objects each, and looking
through all of them at every 700 costs a tenth of their time.
"""

import gc


def look_seldom() -> None:
    """From now on what is there stays to the end, and what is made is looked through seldom."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
