"""Search: which part of other pictures, pasted into a picture of one class, makes a network see another class.

The map says it beforehand (``ranking``): a cell whose mean attribution to the target is large and to the source small.
Then its real patches and its icon are pasted (``pasting``) and the network is asked (``trials``), beside controls that
should do nothing. ``stitches`` knows of one patch what it shows; ``pairs`` does the same for many pairs, quickly.
"""
