print("zyparse")
