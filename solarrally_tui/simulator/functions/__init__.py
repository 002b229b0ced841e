"""AWS Lambda and API Gateway: functions in processes of their own, and what calls them.

MiniStack has both services. This room adds functions of images, the roles at work, event sources as
they gather, the network of functions in a VPC, and the ends that API Gateway puts to connections.
The modules may import the account's clock, `iam`, `loopback`, `pins`, `watching` and the network of
the runtime.
"""
