"""Installing for one user, without administrator rights: from the network, or from one file.

These modules use nothing but Python's own library: `xl-addin wheelhouse` puts them into the file it
makes, where they run before anything is installed.
"""
