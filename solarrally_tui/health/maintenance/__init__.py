"""What of a site has to be renewed from time to time: when, and what that interrupts.

Only reads. `items` says what there is, `judgement` judges by dates and is pure, `looking` asks AWS.
What is due is renewed by the operations of provisioning, which a command starts. Imports account,
the probes and what is below them.
"""
