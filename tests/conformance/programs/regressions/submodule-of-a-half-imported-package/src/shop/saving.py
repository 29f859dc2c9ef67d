saver = None
