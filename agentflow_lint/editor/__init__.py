"""The language server: the same findings as on the command line, computed on the open buffers while somebody types.

    buffers, disk     what the client has open, laid over the file system
    analysis          projects and findings of one state of the workspace
    session           when to compute, in which thread, and what a newer edit cancels
    diagnostics, publishing, actions, ...   features: what a client shows of it
    server            the wire

``pip install 'agentflow-lint[lsp]'`` brings what this package needs besides.
"""
