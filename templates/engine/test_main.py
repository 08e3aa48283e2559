% -- SPDX-License-Identifier: MIT
% -- test_main.py: how the tests of modules of Python end
if __name__ == "__main__":
    if sys.argv[1:] == ["--time"]:
        show_times()
    else:
        unittest.main()
